"""Directories of results: files that are whole or not there, a journal of finished jobs, Parquet tables."""
