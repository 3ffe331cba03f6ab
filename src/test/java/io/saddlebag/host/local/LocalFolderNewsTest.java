package io.saddlebag.host.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.host.FolderNews;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel tells of a folder. */
@Tag("J4")
@Timeout(60)
class LocalFolderNewsTest {
    private static final Duration FOR_EVER = Duration.ofDays(1);

    @TempDir
    Path folder;

    @Test
    void what_was_made_or_moved_there_ends_the_wait() throws Exception {
        Path watched = Files.createDirectory(folder.resolve("watched"));
        Path other = Files.createFile(folder.resolve("other"));
        try (FolderNews news = LocalFolderNews.open(watched)) {
            Files.createFile(watched.resolve("one"));
            news.await(FOR_EVER);
            Files.move(other, watched.resolve("two"));
            news.await(FOR_EVER);
        }
        assertThat(watched.resolve("two")).exists();
    }

    @Test
    void without_any_the_time_passes() throws Exception {
        try (FolderNews news = LocalFolderNews.open(folder)) {
            news.await(Duration.ofMillis(10));
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void a_folder_that_is_not_there_is_a_failure() {
        assertThatThrownBy(() -> LocalFolderNews.open(folder.resolve("none"))).isInstanceOf(IOException.class);
    }
}
