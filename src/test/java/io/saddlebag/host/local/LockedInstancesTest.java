package io.saddlebag.host.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks that tell who is alive. */
class LockedInstancesTest {
    @TempDir
    Path folder;

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    @Test
    void one_that_is_held_is_alive_and_one_that_was_closed_is_not() throws IOException {
        LockedInstances mine = LockedInstances.in(folder, prefix -> prefix);
        assertThat(mine.alive(mine.self())).isTrue();
        assertThat(mine.alive("node-0")).isFalse();

        mine.close();

        assertThat(mine.alive(mine.self())).isFalse();
        assertThat(files()).isEmpty();
    }

    /** As of a pool whose disk is full. */
    @Test
    @Tag("J17")
    void a_lock_file_that_can_not_be_made_is_a_failure_that_says_what_to_do() throws IOException {
        Path taken = Files.createFile(folder.resolve("taken"));

        assertThatThrownBy(() -> LockedInstances.in(taken.resolve("locks"), prefix -> prefix))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("making lock file " + taken.resolve("locks"));
        assertThat(files()).containsExactly(taken);
    }
}
