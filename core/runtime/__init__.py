"""What running apps needs: libraries, Pyodide and wheels, built once from pinned packages into a folder."""
