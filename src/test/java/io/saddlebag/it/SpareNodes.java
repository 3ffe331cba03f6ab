package io.saddlebag.it;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A node, and a process beside it that becomes the next one when it is killed. */
final class SpareNodes implements AutoCloseable {
    private final Path home;
    private final Path log;
    private final ArchivedClasses classes;
    private final SnapshotGate gate;
    private @Nullable NodeProcess current;
    private @Nullable NodeProcess spare;

    SpareNodes(Path home, Path log, ArchivedClasses classes, SnapshotGate gate) {
        this.home = home;
        this.log = log;
        this.classes = classes;
        this.gate = gate;
    }

    /** What is done first; the classes that it needs are in the archive then. */
    interface Work {
        void by(NodeProcess node) throws Exception;
    }

    void make(Work work) throws Exception {
        try (NodeProcess first = start()) {
            work.by(first);
            first.end();
        }
        current = start();
        spare = start();
    }

    SnapshotGate gate() {
        return gate;
    }

    NodeProcess current() {
        NodeProcess node = current;
        if (node == null) {
            throw new IllegalStateException("nothing was made yet");
        }
        return node;
    }

    /** The node is dead. */
    void replace() throws IOException {
        current().close();
        current = spare;
        spare = start();
    }

    private NodeProcess start() throws IOException {
        return NodeProcess.start(home, log, classes, gate);
    }

    @Override
    public void close() {
        for (NodeProcess each : new NodeProcess[] {current, spare}) {
            if (each != null) {
                each.close();
            }
        }
    }
}
