package io.saddlebag.host.local;

import io.saddlebag.host.FolderNews;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What this machine's kernel tells of a folder. */
public final class LocalFolderNews implements FolderNews {
    private final WatchService service;

    private LocalFolderNews(WatchService service) {
        this.service = service;
    }

    public static LocalFolderNews open(Path folder) throws IOException {
        WatchService service = folder.getFileSystem().newWatchService();
        boolean done = false;
        try {
            folder.register(service, StandardWatchEventKinds.ENTRY_CREATE);
            done = true;
            return new LocalFolderNews(service);
        } finally {
            if (!done) {
                service.close();
            }
        }
    }

    @Override
    public void await(Duration most) throws IOException, InterruptedException {
        WatchKey key = service.poll(most.toNanos(), TimeUnit.NANOSECONDS);
        if (key == null) {
            return;
        }
        key.pollEvents();
        if (!key.reset()) {
            throw new IOException("the folder " + key.watchable() + " isn't there any more");
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
