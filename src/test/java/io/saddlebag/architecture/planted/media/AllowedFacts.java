package io.saddlebag.architecture.planted.media;

class AllowedFacts {
    Object use(io.saddlebag.architecture.planted.fault.Fault fault, java.time.Instant now, java.nio.file.Path path) {
        return fault;
    }
}
