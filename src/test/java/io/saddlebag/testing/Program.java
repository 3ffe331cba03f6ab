package io.saddlebag.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of others, as judges of what is read and written here. */
public final class Program {
    private static final int LIMIT_SECONDS = 120;

    private Program() {}

    /** What a program said, and how it ended. */
    public record Ended(int exitCode, String output) {}

    /** Skips the test when one of them is missing. */
    public static void need(String... programs) {
        for (String program : programs) {
            assumeTrue(isThere(program), program + " is not installed here");
        }
    }

    public static boolean isThere(String program) {
        String places = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin";
        return List.of(places.split(":")).stream()
                .anyMatch(place -> !place.isEmpty() && Files.isExecutable(Path.of(place, program)));
    }

    /** Skips the test unless this process may mount file systems. */
    public static void needRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can mount file systems");
        assumeTrue(Files.exists(Path.of("/dev/loop-control")), "there are no loop devices here");
    }

    /** @return what it printed; fails when the program does */
    public static String run(Path folder, Object... command) throws IOException, InterruptedException {
        Ended ended = end(folder, command);
        if (ended.exitCode() != 0) {
            throw new AssertionError(List.of(command) + " failed with " + ended.exitCode() + ":\n" + ended.output());
        }
        return ended.output();
    }

    /** @return how it ended, whatever that is */
    public static Ended end(Path folder, Object... command) throws IOException, InterruptedException {
        List<String> words = List.of(command).stream().map(Object::toString).toList();
        Path said = Files.createTempFile(".said", "");
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(words))
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (before, more) -> before + ":" + more);
        // the new process is looked for in this one's PATH
        builder.command().set(0, placeOf(words.get(0)));
        Process process = builder.redirectOutput(said.toFile()).start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        String text = Files.readString(said, StandardCharsets.UTF_8);
        Files.delete(said);
        if (!ended) {
            throw new AssertionError(words + " did not end:\n" + text);
        }
        return new Ended(process.exitValue(), text);
    }

    private static String placeOf(String program) {
        for (String place : List.of("/usr/sbin", "/sbin", "/usr/local/sbin")) {
            if (Files.isExecutable(Path.of(place, program))) {
                return place + "/" + program;
            }
        }
        return program;
    }
}
