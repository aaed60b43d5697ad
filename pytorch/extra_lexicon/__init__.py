"""Readers of dictionaries and name lists, each giving words with their forms in several languages."""
