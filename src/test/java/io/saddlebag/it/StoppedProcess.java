package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that hangs for as long as this is open: it takes what is sent to it, and answers nothing. */
final class StoppedProcess implements AutoCloseable {
    private final long pid;

    private StoppedProcess(long pid) {
        this.pid = pid;
    }

    static StoppedProcess of(long pid) throws Exception {
        signal("STOP", pid);
        StoppedProcess stopped = new StoppedProcess(pid);
        Until.holds("process " + pid + " stands still", Site.PATIENT, stopped::standsStill);
        return stopped;
    }

    /** The state is behind the name, which is in parentheses and may hold anything. */
    boolean standsStill() throws IOException {
        String state = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return state.substring(state.lastIndexOf(')')).startsWith(") T");
    }

    private static void signal(String name, long pid) throws IOException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .inheritIO()
                        .start()
                        .onExit()
                        .join()
                        .exitValue())
                .isZero();
    }

    @Override
    public void close() throws IOException {
        signal("CONT", pid);
    }
}
