package io.saddlebag.app;

import io.saddlebag.backup.OwnCatalog;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.FileFault;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.Instances;
import io.saddlebag.store.jdbc.JdbcStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Copies of the catalog, each in a folder of its own in the state folder, by the name of the process that has it. Thread-safe. */
final class CatalogCopies implements OwnCatalog {
    /** In the state folder. */
    static final String PLACE = "catalog-copies";

    private static final char NUMBER = '.';

    private final JdbcStore store;
    private final HostFiles files;
    private final Instances instances;
    private final Path catalog;
    private final Path folder;
    private final Set<Path> fleeting = new LinkedHashSet<>();
    private final AtomicInteger copies = new AtomicInteger();

    /** @param fleeting further folders and files of running processes */
    CatalogCopies(JdbcStore store, HostFiles files, Instances instances, Path catalog, Set<Path> fleeting) {
        this.store = store;
        this.files = files;
        this.instances = instances;
        this.catalog = catalog;
        this.folder = catalog.resolveSibling(PLACE);
        this.fleeting.addAll(fleeting);
        this.fleeting.add(folder);
        for (String kind : new String[] {"-wal", "-shm", "-journal", ".migration-lock"}) {
            this.fleeting.add(catalog.resolveSibling(catalog.getFileName() + kind));
        }
    }

    @Override
    public Path place() {
        return catalog;
    }

    @Override
    public Set<Path> fleeting() {
        return Set.copyOf(fleeting);
    }

    @Override
    public Copy copy() throws IOException {
        if (!files.exists(folder)) {
            files.makeFolder(folder);
        }
        removeLeftovers();
        Path own = folder.resolve(instances.self() + NUMBER + copies.incrementAndGet());
        files.makeFolder(own);
        Path copy = own.resolve(String.valueOf(catalog.getFileName()));
        try {
            store.copyTo(copy);
            files.setMode(copy, files.status(catalog).mode());
            files.syncFolder(own);
            files.syncFolder(folder);
        } catch (IOException | RuntimeException e) {
            try {
                remove(own);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
        return new Copy(copy, () -> remove(own));
    }

    /** Of processes that died. */
    private void removeLeftovers() throws IOException {
        for (Path each : files.list(folder)) {
            String name = String.valueOf(each.getFileName());
            int number = name.lastIndexOf(NUMBER);
            if (number < 0 || !instances.alive(name.substring(0, number))) {
                remove(each);
            }
        }
    }

    /** Perhaps another process is about to remove the same leftover. */
    private void remove(Path copy) throws IOException {
        try {
            for (Path each : files.list(copy)) {
                files.delete(each);
            }
            files.delete(copy);
        } catch (BackupException e) {
            if (!e.is(FileFault.VANISHED)) {
                throw e;
            }
        }
    }
}
