package io.saddlebag.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs a program of others, as a judge of what we write. */
final class ForeignTool {
    /** What it left. */
    record Result(int exit, String out, String err) {}

    private final Path folder;

    ForeignTool(Path folder) {
        this.folder = folder;
    }

    static void need(String program) {
        for (String place : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (Files.isExecutable(Path.of(place, program))) {
                return;
            }
        }
        Assumptions.abort(program + " is not installed here");
    }

    Result run(String... command) throws IOException, InterruptedException {
        return run(InputStream.nullInputStream(), command);
    }

    Result run(InputStream in, String... command) throws IOException, InterruptedException {
        need(command[0]);
        Path out = Files.createTempFile(folder.getParent(), "out", "");
        Path err = Files.createTempFile(folder.getParent(), "err", "");
        ProcessBuilder builder = new ProcessBuilder(List.of(command))
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("TZ", "UTC");
        Process process = builder.start();
        try (OutputStream to = process.getOutputStream()) {
            in.transferTo(to);
        }
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(List.of(command) + " did not end");
        }
        return new Result(process.exitValue(), text(out), text(err));
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), UTF_8);
    }
}
