module vectors/gen

go 1.26
