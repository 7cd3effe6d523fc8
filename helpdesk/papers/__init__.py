"""Papers (公文): what leaves the house as a Word file, laid out by GB/T 9704-2012, from templates an office may replace."""
