package io.saddlebag.architecture.planted.media;

class TouchesOutside {
    long plan(java.time.Clock clock, java.sql.Connection connection, java.nio.file.Path path) throws Exception {
        return clock.millis() + java.nio.file.Files.size(path);
    }
}
