package io.saddlebag.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.image.ByteString;
import io.saddlebag.posix.RawPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("Q9")
@Tag("D2")
class ListedFolderTest {
    /** Some are UTF-8 together and not alone. */
    private static final byte[] BYTES = {'a', 'b', (byte) 0xc3, (byte) 0xbc, (byte) 0xe4, (byte) 0xff};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void has_what_is_listed_and_not_left_out_whatever_is_asked_for_in_whatever_order(long seed) {
        Random random = new Random(seed);
        TreeSet<byte[]> names = new TreeSet<>(Arrays::compareUnsigned);
        for (int i = random.nextInt(80); i > 0; i--) {
            names.add(name(random));
        }
        List<Path> all = new ArrayList<>();
        BitSet leftOut = new BitSet();
        Set<String> there = new HashSet<>();
        for (byte[] name : names) {
            leftOut.set(all.size(), random.nextInt(4) == 0);
            if (!leftOut.get(all.size())) {
                there.add(ByteString.copyOf(name).toExactText());
            }
            all.add(Path.of("/d").resolve(RawPath.of(name)));
        }
        ListedFolder folder = new ListedFolder(all, leftOut, path -> path);

        assertThat(folder).hasSize(there.size());
        for (int i = 0; i < 300; i++) {
            String name = ByteString.copyOf(name(random)).toExactText();
            assertThat(folder.has(name)).as(name).isEqualTo(there.contains(name));
        }
        for (byte[] each : names) {
            String name = ByteString.copyOf(each).toExactText();
            assertThat(folder.has(name)).as(name).isEqualTo(there.contains(name));
        }
    }

    @Test
    void one_of_nothing_has_nothing() {
        assertThat(ListedFolder.empty()).isEmpty();
        assertThat(ListedFolder.empty().has("a")).isFalse();
    }

    private static byte[] name(Random random) {
        byte[] name = new byte[1 + random.nextInt(4)];
        for (int i = 0; i < name.length; i++) {
            name[i] = BYTES[random.nextInt(BYTES.length)];
        }
        return name;
    }
}
