package io.saddlebag.database.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The file from which a server makes the links of its tablespaces. */
@Tag("R2")
@Tag("W13")
final class TablespaceMapTest {
    @Test
    void a_line_each_has_number_and_place() throws Exception {
        TablespaceMap map = TablespaceMap.parse("16385 /srv/one\n16386 /srv/with blanks\n");

        assertThat(map.places()).isEqualTo(Map.of("16385", Path.of("/srv/one"), "16386", Path.of("/srv/with blanks")));
        assertThat(map.text()).isEqualTo("16385 /srv/one\n16386 /srv/with blanks\n");
    }

    /** As {@code do_pg_backup_start} writes it. */
    @Test
    void backslashes_and_line_ends_in_places_come_back() throws Exception {
        String text = "1 /srv/back\\\\slash\n2 /srv/line\\\nend\n";

        TablespaceMap map = TablespaceMap.parse(text);

        assertThat(map.places()).containsEntry("1", Path.of("/srv/back\\slash"));
        assertThat(map.places()).containsEntry("2", Path.of("/srv/line\nend"));
        assertThat(map.text()).isEqualTo(text);
    }

    @Test
    void nothing_is_a_map_of_no_tablespaces() throws Exception {
        assertThat(TablespaceMap.parse("").places()).isEmpty();
    }

    @Test
    void what_is_no_map_is_refused_with_its_line() {
        for (String text : new String[] {"/srv/one\n", "16385\n", "16385 \n", "x1 /srv/one\n"}) {
            assertThatThrownBy(() -> TablespaceMap.parse(text))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(text.strip());
        }
    }
}
