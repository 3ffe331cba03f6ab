package io.saddlebag.snapshot.none;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.snapshot.Consistency;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.SnapshotProviderContract;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class NoSnapshotsTest extends SnapshotProviderContract {
    @Override
    protected SnapshotProvider provider() {
        return new NoSnapshots(Clock.systemUTC());
    }

    @Override
    protected Path mountFileSystem() {
        return folder;
    }

    @Override
    protected List<Path> places() {
        return List.of(folder);
    }

    @Test
    @Tag("W11")
    void the_view_is_the_source_and_promises_nothing() throws Exception {
        var snapshot = provider().create("s1", List.of(source));

        assertThat(snapshot.views().get(0).frozen()).isEqualTo(source);
        assertThat(snapshot.consistency()).isEqualTo(Consistency.NONE);
        assertThat(snapshot.independent()).isFalse();
    }
}
