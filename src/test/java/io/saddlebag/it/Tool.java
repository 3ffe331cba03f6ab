package io.saddlebag.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of the operating system. */
final class Tool {
    private static final int LIMIT_SECONDS = 120;

    private Tool() {}

    static void need(String... programs) {
        List<String> places = List.of(System.getenv().getOrDefault("PATH", "").split(":"));
        for (String program : programs) {
            assumeTrue(
                    places.stream().anyMatch(place -> Files.isExecutable(Path.of(place, program))),
                    program + " is not installed here");
        }
    }

    /** @return what it printed; fails when the tool does */
    static String run(Path folder, String... command) throws IOException, InterruptedException {
        Path said = Files.createTempFile(folder, ".said", "");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(said, StandardCharsets.UTF_8);
        Files.delete(said);
        if (!ended || process.exitValue() != 0) {
            throw new AssertionError(String.join(" ", command) + " failed:\n" + text);
        }
        return text;
    }
}
