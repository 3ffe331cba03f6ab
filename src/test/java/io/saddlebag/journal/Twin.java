package io.saddlebag.journal;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Another source, of which a test changes something. */
class Twin implements JournalSource {
    private final JournalSource inner;

    Twin(JournalSource inner) {
        this.inner = inner;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public Set<Ability> abilities() {
        return inner.abilities();
    }

    @Override
    public JournalLayout layout() throws IOException {
        return inner.layout();
    }

    @Override
    public JournalView look() throws IOException {
        return inner.look();
    }

    @Override
    public InputStream open(Journal journal, long from) throws IOException {
        return inner.open(journal, from);
    }

    @Override
    public Released release(Journal journal, long upTo) throws IOException {
        return inner.release(journal, upTo);
    }

    @Override
    public Optional<Journal> switchCurrent() throws IOException, InterruptedException {
        return inner.switchCurrent();
    }

    @Override
    public QuietPoint quietPoint(@Nullable Duration lockTimeout, Consumer<String> stalled)
            throws IOException, InterruptedException {
        return inner.quietPoint(lockTimeout, stalled);
    }

    @Override
    public Extent extent(JournalId id, String name) {
        return inner.extent(id, name);
    }
}
