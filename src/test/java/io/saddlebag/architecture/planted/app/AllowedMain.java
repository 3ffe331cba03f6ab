package io.saddlebag.architecture.planted.app;

import io.saddlebag.architecture.planted.tape.file.AllowedFileTape;
import io.saddlebag.architecture.planted.tape.memory.MemoryTape;

@picocli.CommandLine.Command
class AllowedMain {
    Object compose(org.apache.camel.CamelContext context) throws Exception {
        System.out.println(java.time.Clock.systemUTC().instant() + " " + System.nanoTime());
        Thread.sleep(1);
        new Thread(() -> {}).start();
        new ProcessBuilder("true").start();
        java.nio.file.Files.delete(java.nio.file.Path.of("x"));
        new java.io.File("x").delete();
        return java.util.List.of(
                new AllowedFileTape(), new MemoryTape(), java.util.UUID.randomUUID(), new java.util.Random());
    }
}
