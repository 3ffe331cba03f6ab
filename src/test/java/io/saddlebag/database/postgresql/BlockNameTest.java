package io.saddlebag.database.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.database.BlockRepair.Block;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks have 4 bytes here, and a segment 3 blocks. */
@Tag("R8")
class BlockNameTest {
    @TempDir
    Path data;

    private BlockName names;

    @BeforeEach
    void files() throws Exception {
        names = new BlockName(
                data,
                ControlData.of(
                        data,
                        List.of("Database block size:  4", "Blocks per segment of large relation: 3", "no colon")));
        for (String file : List.of(
                "base/1/16385",
                "base/1/16385.1",
                "base/1/16385_vm",
                "base/1/7",
                "base/1/7_init",
                "global/1262",
                "pg_tblspc/16400/PG_15_202209061/1/16390")) {
            Files.createDirectories(data.resolve(file).getParent());
            Files.writeString(data.resolve(file), file.endsWith(".1") ? "1234567" : "0123456789ab");
        }
    }

    private Block block(String file, long number) {
        return new Block(data.resolve(file), number);
    }

    @Test
    void a_block_of_a_relation_is_in_the_segment_that_its_number_says() throws Exception {
        assertThat(names.blocks("base/1/16385:0,2,3"))
                .containsExactly(block("base/1/16385", 0), block("base/1/16385", 2), block("base/1/16385.1", 0));
        assertThat(names.blocks(data + "/base/1/16385.1:0")).containsExactly(block("base/1/16385.1", 0));
        assertThat(names.blocks("global/1262:1")).containsExactly(block("global/1262", 1));
        assertThat(names.blocks("pg_tblspc/16400/PG_15_202209061/1/16390:1")).hasSize(1);
        assertThat(BlockName.fileNode(Path.of("base/1/16385.1"))).isEqualTo("16385");
    }

    @Test
    void one_that_is_cut_off_or_nowhere_is_refused() {
        refused("base/1/16385:4", "has 1 blocks of 4 bytes");
        refused("base/1/16385.1:1", "has 1 blocks of 4 bytes");
        refused("base/1/16385:6", "there is no file");
        refused("base/1/99:0", "there is no file");
    }

    @Test
    void what_is_no_block_of_a_logged_relation_is_refused() {
        refused("base/1/16385", "no file and numbers of blocks");
        refused("base/1/16385:x", "no file and numbers of blocks");
        refused("PG_VERSION:0", "no file of a relation");
        refused("global/pg_control:0", "no file of a relation");
        refused("../other/base/1/16385:0", "no file of a relation");
        refused("base/1/../../../x/base/1/2:0", "no file of a relation");
        refused("base/1/16385_vm:0", "those of a fork");
        refused("base/1/7:0", "unlogged");
    }

    private void refused(String name, String why) {
        assertThatThrownBy(() -> names.blocks(name))
                .hasMessageContaining("SBG-Z030")
                .hasMessageContaining(why);
    }

    @Test
    void what_pg_controldata_does_not_say_is_not_made_up() {
        ControlData said = ControlData.of(data, List.of("Latest checkpoint location:           0/5000028"));

        assertThatThrownBy(said::blockBytes)
                .hasMessageContaining("SBG-Z031")
                .hasMessageContaining("Database block size");
    }
}
