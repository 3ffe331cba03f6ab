package io.saddlebag.architecture.planted.tape.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

public class AllowedFileTape {
    void open(Path path) throws IOException {
        Files.createDirectories(path);
        FileChannel.open(path).close();
    }
}
