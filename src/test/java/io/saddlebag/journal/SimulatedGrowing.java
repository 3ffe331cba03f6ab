package io.saddlebag.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An engine with one journal that grows, in memory; it outlives the processes that back it up, and tells lies on demand. */
final class SimulatedGrowing implements JournalSource {
    /** What it does wrong once. */
    enum Lie {
        /** The content ends too early. */
        SHORT_READ,
        /** Reading fails half way. */
        FAILED_READ,
        /** It says that it was cut, and was not. */
        NOT_CUT,
        /** It doesn't show what was written last. */
        STALE_LENGTH,
        /** There is no quiet point in time. */
        NEVER_QUIET
    }

    /** All that was ever written, by the number of the journal. */
    final TreeMap<Long, StringBuilder> written = new TreeMap<>();

    @Nullable
    Lie lie;

    /** Others read it, so that it can't be cut. */
    boolean readers;
    /** Happens when a part is opened for reading. */
    Runnable onRead = () -> {};
    /** What transactions that are running write before there is a quiet point. */
    String running = "";

    private final Cutting cutting;
    private long number = 1;
    private boolean quiet;

    /** Hears of each cut before it takes effect. */
    interface Cutting {
        void cut(long number, String content);
    }

    SimulatedGrowing(Cutting cutting) {
        this.cutting = cutting;
    }

    private boolean lies(Lie wanted) {
        boolean now = lie == wanted;
        if (now) {
            lie = null;
        }
        return now;
    }

    /** No effect while write transactions wait: the application comes again. */
    void write(String text) {
        if (!quiet) {
            written.computeIfAbsent(number, any -> new StringBuilder()).append(text);
        }
    }

    String content() {
        return written.getOrDefault(number, new StringBuilder()).toString();
    }

    long number() {
        return number;
    }

    /** Somebody else cuts it: what isn't durable is lost, and its successor can't be shown to follow. */
    void loseAndBegin() {
        number += 2;
    }

    /** The process that held it has died. */
    void died() {
        quiet = false;
    }

    @Override
    public String name() {
        return JournalSite.NAME;
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of(Ability.QUIET_POINT);
    }

    @Override
    public JournalLayout layout() {
        return JournalLayout.EXTENSIBLE;
    }

    @Override
    public JournalView look() throws IOException {
        int length = content().length();
        int shown = length > 1 && lies(Lie.STALE_LENGTH) ? length - 1 : length;
        return new JournalView(
                true, List.of(new Journal(new JournalId(1, number), "grow-" + number, shown, Journal.State.CURRENT)));
    }

    @Override
    public InputStream open(Journal journal, long from) throws IOException {
        StringBuilder all = written.get(journal.id().sequence());
        if (journal.id().sequence() != number || all == null) {
            throw new IOException("journal " + journal.id() + " isn't there any more");
        }
        byte[] part = all.substring((int) from, (int) journal.bytes()).getBytes(US_ASCII);
        onRead.run();
        boolean fails = lies(Lie.FAILED_READ);
        int length = lies(Lie.SHORT_READ) ? part.length / 2 : part.length;
        return new ByteArrayInputStream(part, 0, length) {
            @Override
            public synchronized int read(byte[] into, int offset, int wanted) {
                if (fails) {
                    throw new UncheckedIOException(new IOException("injected while it was read"));
                }
                return super.read(into, offset, wanted);
            }
        };
    }

    @Override
    public Released release(Journal journal, long upTo) throws IOException {
        quiet = false;
        if (journal.id().sequence() != number) {
            return Released.FREE;
        }
        if (content().length() > upTo || readers) {
            return Released.IN_USE;
        }
        cutting.cut(number, content());
        if (!lies(Lie.NOT_CUT)) {
            number++;
        }
        return Released.FREE;
    }

    @Override
    public QuietPoint quietPoint(@Nullable Duration lockTimeout, Consumer<String> stalled) throws IOException {
        if (lies(Lie.NEVER_QUIET)) {
            throw new IOException("no quiet point");
        }
        write(running);
        running = "";
        quiet = true;
        return () -> quiet = false;
    }
}
