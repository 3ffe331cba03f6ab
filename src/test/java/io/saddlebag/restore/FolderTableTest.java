package io.saddlebag.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Q9")
final class FolderTableTest {
    @Test
    void any_number_in_any_order_is_as_a_map_would_have_it() {
        Random random = new Random(5);
        Map<Path, Long> expected = new HashMap<>();
        FolderTable table = new FolderTable();
        assertThat(table.get(Path.of("/"))).isEmpty();
        for (int i = 0; i < 50_000; i++) {
            Path folder = Path.of("/restored/folder" + random.nextInt(40_000));
            long number = random.nextLong();
            table.put(folder, number);
            expected.put(folder, number);
        }
        expected.forEach((folder, number) -> assertThat(table.get(folder)).hasValue(number));
        for (int i = 0; i < 40_000; i++) {
            Path folder = Path.of("/restored/folder" + i);
            assertThat(table.get(folder).isPresent()).isEqualTo(expected.containsKey(folder));
        }
    }
}
