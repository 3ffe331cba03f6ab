package io.saddlebag.database.derby;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.database.CopyPlace;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What leads out of a restored database folder. */
@Tag("W24")
class CopiedDatabaseTest {
    @TempDir
    Path folder;

    private CopyPlace place;
    private Path copy;
    private CopiedDatabase copied;

    @BeforeEach
    void restore() throws IOException {
        place = new CopyPlace(folder.resolve("restored"), folder.resolve("own"));
        Path original = folder.resolve("srv/stock");
        copy = Files.createDirectories(place.of(original));
        copied = new CopiedDatabase(copy, place);
    }

    private void service(String... lines) throws IOException {
        Files.write(copy.resolve("service.properties"), java.util.List.of(lines));
    }

    private Properties service() throws IOException {
        Properties found = new Properties();
        try (Reader reader = Files.newBufferedReader(copy.resolve("service.properties"))) {
            found.load(reader);
        }
        return found;
    }

    @Test
    void journals_elsewhere_are_those_of_the_copy() throws Exception {
        Path device = folder.resolve("fast");
        Files.createDirectories(place.of(device).resolve("log"));
        service("derby.serviceProtocol=org.apache.derby.database.Database", "logDevice=" + device);

        copied.detach();
        copied.detach();

        assertThat(service())
                .containsEntry("logDevice", place.of(device).toString())
                .containsEntry("derby.serviceProtocol", "org.apache.derby.database.Database");
    }

    @Test
    void journals_that_are_not_in_the_backup_would_be_the_originals() throws Exception {
        service("logDevice=" + folder.resolve("fast"));

        assertThatThrownBy(copied::detach)
                .hasMessageContaining("SBG-Z001")
                .hasMessageContaining("journals in " + folder.resolve("fast") + ", which is not in the backup");
        assertThat(service()).containsEntry("logDevice", folder.resolve("fast").toString());
    }

    @Test
    void a_slave_of_a_replication_forgets_its_master() throws Exception {
        service("replication.slave.mode=slavemode", "replication.slave.dbname=stock", "derby.storage.x=1");

        copied.detach();

        assertThat(service()).containsOnlyKeys("derby.storage.x");
    }

    @Test
    void a_link_would_be_written_through() throws Exception {
        service("a=b");
        Path original = Files.createDirectories(folder.resolve("srv/stock/seg0"));
        Files.createSymbolicLink(copy.resolve("seg0"), original);

        assertThatThrownBy(copied::detach)
                .hasMessageContaining("SBG-Z001")
                .hasMessageContaining("link seg0 to " + original);
    }

    @Test
    void a_folder_without_its_properties_is_no_database() {
        assertThatThrownBy(copied::detach).hasMessageContaining("SBG-Z002").hasMessageContaining("service.properties");
    }
}
