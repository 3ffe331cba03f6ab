package io.saddlebag.journal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Closed journals of a database, in memory; it tells lies on demand. */
final class SimulatedJournals implements JournalSource {
    /** What it does wrong once. */
    enum Lie {
        /** The content ends too early. */
        SHORT_READ,
        /** Reading fails half way. */
        FAILED_READ,
        /** One journal is missing in a listing. */
        OMITTED,
        /** It says that it has released a journal, and has not. */
        NOT_RELEASED
    }

    final TreeMap<JournalId, byte[]> there = new TreeMap<>();

    @Nullable
    Lie lie;

    private final BiConsumer<JournalId, byte[]> releasing;

    /** @param releasing hears of each release before it takes effect, with what is about to be gone */
    SimulatedJournals(BiConsumer<JournalId, byte[]> releasing) {
        this.releasing = releasing;
    }

    private boolean lies(Lie wanted) {
        boolean now = lie == wanted;
        if (now) {
            lie = null;
        }
        return now;
    }

    @Override
    public String name() {
        return "ledger";
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of();
    }

    @Override
    public JournalLayout layout() throws IOException {
        return JournalLayout.FIXED_SIZE;
    }

    @Override
    public JournalView look() throws IOException {
        boolean omits = there.size() > 1 && lies(Lie.OMITTED);
        List<Journal> all = there.entrySet().stream()
                .skip(omits ? 1 : 0)
                .map(each -> new Journal(
                        each.getKey(), "redo" + each.getKey().sequence(), each.getValue().length, Journal.State.READY))
                .toList();
        return new JournalView(true, all);
    }

    @Override
    public InputStream open(Journal journal, long from) throws IOException {
        byte[] content = there.get(journal.id());
        if (content == null) {
            throw new IOException("there is no journal " + journal.id());
        }
        if (lies(Lie.SHORT_READ)) {
            return new ByteArrayInputStream(content, (int) from, content.length / 2);
        }
        boolean fails = lies(Lie.FAILED_READ);
        return new ByteArrayInputStream(Arrays.copyOfRange(content, (int) from, content.length)) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                if (fails) {
                    throw new java.io.UncheckedIOException(new IOException("injected while it was read"));
                }
                return super.read(into, offset, length);
            }
        };
    }

    @Override
    public Released release(Journal journal, long upTo) throws IOException {
        byte[] content = there.get(journal.id());
        if (content == null) {
            return Released.FREE;
        }
        if (content.length != upTo) {
            throw new IOException("journal " + journal.id() + " has " + content.length + " bytes, not " + upTo);
        }
        releasing.accept(journal.id(), Objects.requireNonNull(content));
        if (!lies(Lie.NOT_RELEASED)) {
            there.remove(journal.id());
        }
        return Released.FREE;
    }
}
