package io.saddlebag.database.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.database.CopyPlace;
import io.saddlebag.fault.BackupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restored data directory with tablespaces 1 and 2 and its journals elsewhere. */
final class TablespaceLinksTest {
    @TempDir
    Path folder;

    private Path data;
    private Path home;

    @BeforeEach
    void restored() throws Exception {
        data = Files.createDirectories(folder.resolve("data.staged"));
        home = folder.resolve("data");
        Files.createDirectories(data.resolve("pg_tblspc"));
        Files.createSymbolicLink(data.resolve("pg_tblspc/1"), Path.of("/srv/one"));
        Files.createSymbolicLink(data.resolve("pg_tblspc/2"), Path.of("../../two"));
        Files.createSymbolicLink(data.resolve("pg_wal"), Path.of("/srv/wal"));
        Files.writeString(data.resolve("PG_VERSION"), "18\n");
        Files.writeString(data.resolve("tablespace_map"), "1 /srv/one\n2 " + folder.resolve("two") + "\n");
    }

    @Test
    @Tag("R2")
    void links_and_map_lead_to_the_new_places_and_the_rest_stays() throws Exception {
        Map<Path, Path> moves =
                Map.of(Path.of("/srv/one"), Path.of("/new/one"), Path.of("/srv/wal"), Path.of("/new/wal"));

        new TablespaceLinks(data, home).turn(moves::get);

        assertThat(Files.readSymbolicLink(data.resolve("pg_tblspc/1"))).isEqualTo(Path.of("/new/one"));
        assertThat(Files.readSymbolicLink(data.resolve("pg_tblspc/2"))).isEqualTo(Path.of("../../two"));
        assertThat(Files.readSymbolicLink(data.resolve("pg_wal"))).isEqualTo(Path.of("/new/wal"));
        assertThat(data.resolve("tablespace_map")).hasContent("1 /new/one\n2 " + folder.resolve("two"));
        assertThat(data.toFile().list())
                .containsExactlyInAnyOrder("pg_tblspc", "pg_wal", "PG_VERSION", "tablespace_map");
    }

    @Test
    @Tag("R2")
    void a_relative_link_is_read_from_where_the_server_has_its_files() throws Exception {
        new TablespaceLinks(data, home).turn(Map.of(folder.resolve("two"), Path.of("/new/two"))::get);

        assertThat(Files.readSymbolicLink(data.resolve("pg_tblspc/2"))).isEqualTo(Path.of("/new/two"));
    }

    /** The server would make the links anew from the map, and so write to the tablespaces of the original. */
    @Test
    @Tag("W24")
    void the_map_of_a_copy_leads_to_the_copied_tablespaces_or_the_copy_is_not_started() throws Exception {
        Path root = folder.resolve("scratch");
        Files.delete(data.resolve("pg_wal"));
        Files.delete(data.resolve("pg_tblspc/2"));
        Files.writeString(data.resolve("tablespace_map"), "1 /srv/one\n");
        CopiedCluster copy = new CopiedCluster(data, new CopyPlace(root, folder.resolve("own")));

        assertThatThrownBy(copy::detach).isInstanceOf(BackupException.class).hasMessageContaining("SBG-Z001");

        Files.createDirectories(root.resolve("srv/one"));
        copy.detach();

        assertThat(Files.readSymbolicLink(data.resolve("pg_tblspc/1"))).isEqualTo(root.resolve("srv/one"));
        assertThat(data.resolve("tablespace_map")).hasContent("1 " + root.resolve("srv/one"));
    }
}
