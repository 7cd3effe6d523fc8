"""A simulated year: the same days lived twice, once with every fault we can think of, and both ledgers compared."""
