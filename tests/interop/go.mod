module wasi-net/tests/interop

go 1.26
