"""HTTP for every engine that asks a server: requests, streams, retries and errors."""
