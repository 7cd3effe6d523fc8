"""Processes that are about no single problem (督办单, 通报 and their receipts): one engine, one way in, own clocks."""
