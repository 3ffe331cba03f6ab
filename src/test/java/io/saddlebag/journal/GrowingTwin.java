package io.saddlebag.journal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An engine with one journal that grows, whose application writes at moments that a test chooses. It outlives the processes that use it. */
final class GrowingTwin implements JournalSource {
    final List<String> told = new ArrayList<>();
    /** All that was ever written, by the number of the journal. */
    final Map<Long, StringBuilder> written = new TreeMap<>();

    /** Happens when a part is opened for reading. */
    Runnable onRead = () -> {};
    /** What the transactions that are running write before there is a quiet point. */
    String running = "";
    /** Written between a quiet point's end and the cut. */
    boolean readers;

    boolean on = true;
    boolean quiets = true;

    private long number = 1;
    private boolean quiet;

    void write(String text) {
        if (quiet) {
            throw new IllegalStateException("a write transaction has to wait");
        }
        written.computeIfAbsent(number, any -> new StringBuilder()).append(text);
    }

    /** Whether a new write transaction would have to wait. */
    boolean waits() {
        return quiet;
    }

    String content() {
        return written.getOrDefault(number, new StringBuilder()).toString();
    }

    /** Another process cuts it. */
    void loseAndBegin(long next) {
        number = next;
    }

    /** The process that held it so has died. */
    void died() {
        quiet = false;
    }

    @Override
    public String name() {
        return JournalSite.NAME;
    }

    @Override
    public Set<Ability> abilities() {
        return quiets ? Set.of(Ability.QUIET_POINT) : Set.of();
    }

    @Override
    public JournalLayout layout() {
        return JournalLayout.EXTENSIBLE;
    }

    @Override
    public JournalView look() {
        Journal current = new Journal(
                new JournalId(1, number), "grow-" + number, content().length(), Journal.State.CURRENT);
        return new JournalView(on, List.of(current));
    }

    @Override
    public InputStream open(Journal journal, long from) throws IOException {
        told.add("read " + journal.id() + " " + from + ".." + journal.bytes());
        byte[] part = written.get(journal.id().sequence())
                .substring((int) from, (int) journal.bytes())
                .getBytes(StandardCharsets.UTF_8);
        onRead.run();
        return new ByteArrayInputStream(part);
    }

    @Override
    public Released release(Journal journal, long upTo) {
        if (journal.id().sequence() != number) {
            return Released.FREE;
        }
        if (content().length() > upTo || readers) {
            told.add("goes on at " + upTo);
            return Released.IN_USE;
        }
        told.add("cut at " + upTo);
        number++;
        return Released.FREE;
    }

    @Override
    public QuietPoint quietPoint(@Nullable Duration lockTimeout, Consumer<String> stalled) {
        write(running);
        running = "";
        quiet = true;
        told.add("quiet");
        return () -> {
            told.add("go on");
            quiet = false;
        };
    }

    @Override
    public void close() {
        told.add("closed");
    }
}
