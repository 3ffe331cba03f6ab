package io.saddlebag.catalog.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.Catalog;
import io.saddlebag.catalog.Samples;
import io.saddlebag.media.VolumeId;
import io.saddlebag.store.jdbc.JdbcStore;
import io.saddlebag.volume.VolumeRegister;
import io.saddlebag.volume.VolumeRegisterContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteVolumeRegisterTest extends VolumeRegisterContract {
    @TempDir
    Path folder;

    private final List<JdbcStore> opened = new ArrayList<>();

    @Override
    protected VolumeRegister register() throws IOException {
        return elsewhere();
    }

    @Override
    protected VolumeRegister elsewhere() throws IOException {
        return new JdbcVolumeRegister(open());
    }

    private JdbcStore open() throws IOException {
        JdbcStore store = JdbcStore.openSqlite(folder.resolve("catalog.db"), JdbcCatalog.FAULTS);
        opened.add(store);
        return store;
    }

    @AfterEach
    void close() throws IOException {
        for (JdbcStore store : opened) {
            store.close();
        }
    }

    @Test
    @Tag("C1")
    void forgetting_a_volume_loses_the_backups_with_a_section_on_it() throws IOException {
        Catalog catalog = new JdbcCatalog(open());
        Backup lost = Samples.complete(catalog, "i-1", "n", "/a");
        Catalog.Writing writing = catalog.begin(Samples.about("i-2", "n"));
        Backup kept = writing.complete(Samples.stored("i-2", "VOL000002"), 0, Samples.NOON);

        register().forget(new VolumeId("VOL000001"));

        assertThat(catalog.backups(Catalog.Filter.COMPLETE)).containsExactly(kept);
        assertThat(catalog.find(lost.id())).get().extracting(Backup::state).isEqualTo(Backup.State.LOST);
        assertThat(Samples.paths(catalog, lost.id(), "")).containsExactly("/a");
        assertThat(Samples.complete(catalog, "i-1", "n", "/a").state()).isEqualTo(Backup.State.COMPLETE);
        assertThat(catalog.findImage("i-1")).get().extracting(Backup::state).isEqualTo(Backup.State.COMPLETE);
    }
}
