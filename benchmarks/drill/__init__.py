"""kill -9 of the web server, the worker and the broker under load; then: what was acknowledged, and what is there?"""
