"""Distils a small multilingual sentence encoder from an English one."""
