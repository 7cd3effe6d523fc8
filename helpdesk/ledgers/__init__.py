"""Moving a district in: workbooks are checked cell by cell, shown as what they would change, and imported as a whole."""
