"""Every cap of docs/limits.md is reached: a table a part of the code, one test over all of them."""
