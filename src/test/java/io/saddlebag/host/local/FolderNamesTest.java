package io.saddlebag.host.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.posix.RawPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("Q9")
@Tag("D3")
final class FolderNamesTest {
    private static final Path FOLDER = Path.of("/some/folder");

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 15, 16, 17, 1000, 30_000})
    void names_of_any_bytes_come_in_the_order_of_their_bytes(int count) {
        Random random = new Random(count);
        Set<Path> names = new LinkedHashSet<>();
        while (names.size() < count) {
            byte[] name = new byte[1 + random.nextInt(255)];
            for (int i = 0; i < name.length; i++) {
                name[i] = (byte) (random.nextInt(4) == 0 ? 128 + random.nextInt(128) : 'a' + random.nextInt(3));
            }
            names.add(RawPath.of(name));
        }
        FolderNames found = new FolderNames(FOLDER);
        names.forEach(found::append);

        List<Path> expected =
                new ArrayList<>(names.stream().map(FOLDER::resolve).toList());
        expected.sort((a, b) -> Arrays.compareUnsigned(RawPath.bytes(a), RawPath.bytes(b)));
        assertThat(found.sorted()).isEqualTo(expected);
    }
}
