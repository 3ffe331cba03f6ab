package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The process of a node that backs an engine's journals up, pass by pass or receiving all the time; it is killed, and begun anew by
 * what is asked of it next.
 */
final class JournalNode implements AutoCloseable {
    private static final int FAILED = 1;
    private static final int LATELY = 60;
    private static final int LOOK_MILLIS = 300;
    private static final int MOMENT_MILLIS = 1500;

    private final Path home;
    private final Path log;
    private final JournalingEngine engine;
    private final Path clock;
    private @Nullable NodeProcess passes;
    private @Nullable Process stream;
    private volatile @Nullable Said latest;
    private volatile boolean killed;
    private boolean wasKilled;
    private int starts;

    JournalNode(Path home, Path log, JournalingEngine engine) throws IOException {
        this.home = home;
        this.log = log;
        this.engine = engine;
        this.clock = home.resolveSibling("clock");
        setClock(Duration.ZERO);
    }

    /** Makes the time of day jump of a process that makes passes; one that receives goes by the machine's. */
    void setClock(Duration ahead) throws IOException {
        SkippingClock.set(clock, ahead);
    }

    int starts() {
        return starts;
    }

    /** A pass, or several, drawn; a node that receives goes on. Completes when that has ended, however it did. */
    CompletableFuture<Void> begin(Random random) throws IOException {
        killed = false;
        latest = null;
        if (engine.streams()) {
            receive();
            return CompletableFuture.completedFuture(null);
        }
        List<String> command = new ArrayList<>(List.of("journal", "backup", engine.journals(), "--pool", "disk"));
        if (random.nextInt(3) == 0) {
            String until = LocalDateTime.now(ZoneId.systemDefault())
                    .plusSeconds(2)
                    .truncatedTo(ChronoUnit.SECONDS)
                    .format(DateTimeFormatter.ISO_LOCAL_DATE_TIME);
            command.addAll(List.of("--continuous", "--until", until, "--interval", "1"));
        }
        if (random.nextBoolean()) {
            command.addAll(List.of("--compression", "zstd"));
        }
        NodeProcess process = process();
        return CompletableFuture.runAsync(() -> {
            try {
                Said said = process.run(command.toArray(String[]::new));
                latest = said;
                // a failure that can be acted on, never a defect of the program
                assertThat(said.code()).as(said.toString()).isBetween(0, FAILED);
                assertThat(said.code() == 0 || said.err().contains("SBG-"))
                        .as(said.toString())
                        .isTrue();
            } catch (IOException e) {
                assertThat(killed).as("the node ended by itself: " + e).isTrue();
            }
        });
    }

    boolean failed() {
        Said said = latest;
        return (killed || said == null) ? engine.streams() && !receiving() : said.code() != 0;
    }

    /** Ends with the pass; one that waits for what is not there is given a moment only. */
    void awaitOrAMoment(CompletableFuture<Void> pass) throws Exception {
        if (engine.streams()) {
            Until.passed(MOMENT_MILLIS);
        } else {
            pass.get(Site.PATIENT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** A pass that nothing disturbs, which has to end well. */
    void undisturbed() throws Exception {
        killed = false;
        if (engine.streams()) {
            receive();
            Until.passed(LOOK_MILLIS);
            return;
        }
        Said said = process().run("journal", "backup", engine.journals(), "--pool", "disk");
        latest = said;
        boolean doubt = wasKilled && engine.mayDoubt() && said.err().contains("SBG-X002");
        wasKilled = false;
        if (!doubt) {
            said.ok();
        }
    }

    /** At once, with all that it has begun. */
    void kill() throws Exception {
        killed = true;
        wasKilled = true;
        NodeProcess node = passes;
        if (node != null) {
            node.close();
            passes = null;
        }
        Process receiving = stream;
        if (receiving != null) {
            receiving.destroyForcibly();
            assertThat(receiving.waitFor(Site.PATIENT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            stream = null;
        }
    }

    private NodeProcess process() throws IOException {
        NodeProcess node = passes;
        if (node == null) {
            node = NodeProcess.startByClock(home, log, clock);
            passes = node;
            starts++;
        }
        return node;
    }

    private boolean receiving() {
        Process process = stream;
        return process != null && process.isAlive();
    }

    private void receive() throws IOException {
        if (!receiving()) {
            starts++;
            stream = OnlineSite.program(
                    home, log, "journal", "stream", engine.journals(), "--pool", "disk", "--interval", "1");
        }
    }

    /** What it said, for a failure. */
    String lately() throws IOException {
        Said said = latest;
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return (said == null ? "" : said + "\n")
                + String.join("\n", lines.subList(Math.max(0, lines.size() - LATELY), lines.size()));
    }

    @Override
    public void close() {
        NodeProcess node = passes;
        if (node != null) {
            node.close();
        }
        Process receiving = stream;
        if (receiving != null) {
            receiving.destroyForcibly();
            receiving
                    .onExit()
                    .orTimeout(Site.PATIENT.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
    }
}
