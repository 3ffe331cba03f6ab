package io.saddlebag.architecture.planted.job;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

class OpensFiles {
    void open(Path path) throws IOException {
        Files.readAllBytes(path);
        Files.delete(path);
        FileChannel.open(path).close();
        new FileInputStream(new File("x")).close();
    }
}
