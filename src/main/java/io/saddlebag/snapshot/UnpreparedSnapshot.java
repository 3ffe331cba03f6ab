package io.saddlebag.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Of a provider that does everything at once, while the source stands still. */
final class UnpreparedSnapshot implements PreparedSnapshot {
    private final SnapshotProvider provider;
    private final String id;
    private final List<Path> paths;
    private @Nullable Snapshot made;

    UnpreparedSnapshot(SnapshotProvider provider, String id, List<Path> paths) {
        this.provider = provider;
        this.id = id;
        this.paths = List.copyOf(paths);
    }

    @Override
    public void take() throws IOException {
        made = provider.create(id, paths);
    }

    @Override
    public Snapshot finish() {
        Snapshot whole = made;
        if (whole == null) {
            throw new IllegalStateException("snapshot " + id + " was not taken");
        }
        made = null;
        return whole;
    }

    @Override
    public void close() throws IOException {
        Snapshot left = made;
        made = null;
        if (left != null) {
            provider.release(left);
        }
    }
}
