package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.backup.LinkedFiles.FirstName;
import io.saddlebag.host.FileKey;
import io.saddlebag.host.local.LocalFiles;
import io.saddlebag.image.ByteString;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D3")
@Tag("Q9")
final class LinkedFilesTest {
    private static final LocalFiles HOST = new LocalFiles(new LinuxPosix());
    private static final FileKey FILE = new FileKey(8, 12);

    private static ByteString path(long number) {
        return ByteString.of("some/folder/below/the/root/name" + number);
    }

    @Test
    void a_file_is_known_until_all_of_its_names_were_there() throws IOException {
        try (LinkedFiles files = new LinkedFiles(HOST)) {
            assertThat(files.further(FILE, 3)).isNull();
            files.put(FILE, path(1), true);
            assertThat(files.further(new FileKey(9, 12), 3)).isNull();
            assertThat(Objects.requireNonNull(files.further(FILE, 3)).path()).isEqualTo(path(1));
            assertThat(files.find(FILE)).isNotNull();
            assertThat(Objects.requireNonNull(files.further(FILE, 3)).stored()).isTrue();
            assertThat(files.find(FILE)).isNull();
            assertThat(files.further(FILE, 3)).isNull();
        }
    }

    @Test
    @Tag("D4")
    @Tag("M28")
    void what_is_said_of_a_first_name_is_known_of_it_however_it_is_come_by_and_when_the_file_is_forgotten()
            throws IOException {
        try (LinkedFiles files = new LinkedFiles(HOST)) {
            FirstName first = files.put(FILE, path(1), false);
            FirstName again = Objects.requireNonNull(files.further(FILE, 2));
            assertThat(again.lost()).isFalse();
            assertThat(again.laneOr(7)).isEqualTo(7);
            first.lose();
            first.goesTo(3);
            assertThat(again.lost()).isTrue();
            assertThat(again.laneOr(7)).isEqualTo(3);
            assertThat(again.stored()).isFalse();

            FirstName next = files.put(FILE, path(2), true);
            assertThat(next.lost()).isFalse();
            assertThat(Objects.requireNonNull(files.find(FILE)).path()).isEqualTo(path(2));
        }
    }

    @Test
    void any_number_in_any_order_is_as_a_map_would_have_it() throws IOException {
        Random random = new Random(4);
        Map<FileKey, ByteString> names = new HashMap<>();
        Map<FileKey, Integer> seen = new HashMap<>();
        List<FileKey> keys = new ArrayList<>();
        try (LinkedFiles files = new LinkedFiles(HOST)) {
            for (int i = 0; i < 200_000; i++) {
                FileKey key = random.nextInt(3) > 0 || keys.isEmpty()
                        ? new FileKey(random.nextInt(3), random.nextInt(100_000))
                        : keys.get(random.nextInt(keys.size()));
                long links = 2 + key.inode() % 3;
                FirstName first = files.further(key, links);
                assertThat(first == null ? null : first.path()).isEqualTo(names.get(key));
                if (first == null) {
                    files.put(key, path(i), true);
                    names.put(key, path(i));
                    seen.put(key, 1);
                    keys.add(key);
                } else if (seen.merge(key, 1, Integer::sum) == links) {
                    names.remove(key);
                }
            }
            for (FileKey key : keys) {
                FirstName first = files.find(key);
                assertThat(first == null ? null : first.path()).isEqualTo(names.get(key));
            }
        }
    }
}
