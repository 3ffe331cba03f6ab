package io.saddlebag.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What programs have in common that stand in for those this machine hasn't got: they are started as processes of their own,
 * write down how they were called, and fail where a test says so.
 */
public final class StandIn {
    private static final String CALLS = "calls";
    private static final String FAULTS = "faults";
    private static final long LONG_SECONDS = 3_600;

    private final Path state;

    public StandIn(Path state) {
        this.state = state;
    }

    /** How it is started; its own arguments follow. */
    public static List<String> command(Class<?> main, Path state) {
        return List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName(),
                state.toString());
    }

    /** In the test: the next call whose arguments begin so meets this fault, a word that the program knows. */
    public void expect(String beginOfCall, String fault) throws IOException {
        Files.writeString(
                state.resolve(FAULTS),
                beginOfCall + "\t" + fault + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** In the test: all calls so far, oldest first. */
    public List<String> calls() throws IOException {
        Path calls = state.resolve(CALLS);
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    public void forgetCalls() throws IOException {
        Files.deleteIfExists(state.resolve(CALLS));
    }

    /** In the program: writes the call down. */
    public void called(List<String> arguments) throws IOException {
        Files.writeString(
                state.resolve(CALLS),
                String.join(" ", arguments) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** In the program: the fault that this call meets, once; empty for none. */
    public String fault(List<String> arguments) throws IOException {
        Path faults = state.resolve(FAULTS);
        if (Files.notExists(faults)) {
            return "";
        }
        String call = String.join(" ", arguments);
        List<String> left = new ArrayList<>();
        String met = "";
        for (String line : Files.readAllLines(faults)) {
            String[] parts = line.split("\t");
            if (met.isEmpty() && call.startsWith(parts[0])) {
                met = parts[1];
            } else {
                left.add(line);
            }
        }
        Files.write(faults, left);
        return met;
    }

    /** In the program: never ends by itself. */
    public static void hang() throws InterruptedException {
        TimeUnit.SECONDS.sleep(LONG_SECONDS);
    }
}
