package io.saddlebag.backup;

import io.saddlebag.image.ByteStream;
import io.saddlebag.image.ReadAhead;
import io.saddlebag.lane.LaneGroup;
import io.saddlebag.media.Lane;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.OperatorDesk;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.volume.StoredSection;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Writes an image to its target, on all the target's lanes at once (M28). Used once. */
final class LaneWriting {
    private final BackupServices services;
    private final BackupSource source;
    private final ImageTarget target;
    private final CatalogFiller filler;
    private final WatchedImage.Watcher watcher;
    private final ReentrantLock operator = new ReentrantLock();
    private volatile @Nullable LaneGroup group;
    private long bytes;

    /** @param watcher hears how far the whole image is, from one lane after the other */
    LaneWriting(
            BackupServices services,
            BackupSource source,
            ImageTarget target,
            CatalogFiller filler,
            WatchedImage.Watcher watcher) {
        this.services = services;
        this.source = source;
        this.target = target;
        this.filler = filler;
        this.watcher = watcher;
    }

    /** @return durable on media; the sections are ordered by lane */
    StoredImage write(Attendants attendants) throws IOException, InterruptedException {
        Attendants shared = new Attendants(desk(attendants.operator()), attendants.foundImages(), attendants.notes());
        try (OpenLanes open = new OpenLanes(target.open(source.label(), shared))) {
            List<ImageLane> lanes = open.lanes;
            return lanes.size() == 1 ? writeOnly(lanes.get(0)) : writeAll(lanes);
        }
    }

    private StoredImage writeOnly(ImageLane lane) throws IOException, InterruptedException {
        try (WatchedImage image = new WatchedImage(ahead(source.open(filler)), watcher)) {
            return taken(lane.store(source.label(), image), image);
        }
    }

    private StoredImage taken(StoredImage stored, WatchedImage image) throws IOException {
        image.requireTaken(target.description());
        return stored;
    }

    private StoredImage writeAll(List<ImageLane> lanes) throws IOException, InterruptedException {
        LaneShares members = source.deal(lanes.size());
        List<StoredImage> stored = LaneGroup.run(services.workers(), lanes.size(), (index, others) -> {
            group = others;
            Lane lane = new Lane(index + 1, lanes.size());
            ByteStream ahead = ahead(source.open(lane, members.lane(index), filler));
            try (WatchedImage image = new WatchedImage(ahead, new LaneWatcher(others))) {
                return taken(lanes.get(index).store(source.label().in(lane), image), image);
            }
        });
        List<StoredSection> sections = new ArrayList<>();
        stored.forEach(lane -> sections.addAll(lane.sections()));
        return new StoredImage(
                source.label(),
                sections,
                stored.stream().mapToLong(StoredImage::bytes).sum());
    }

    /** Reading and hashing go on while the target writes. */
    private ByteStream ahead(InputStream image) {
        return new ReadAhead(image, services.workers(), target.activeIo() + 1, ReadAhead.DEFAULT_BUFFER_BYTES);
    }

    private synchronized void passed(long more) throws IOException {
        bytes += more;
        watcher.passed(bytes);
    }

    /** The job waits for one thing at a time, and no longer than it takes another lane to fail. */
    private OperatorDesk desk(OperatorDesk one) {
        return new OperatorDesk() {
            @Override
            public void needVolume(String what) throws IOException, InterruptedException {
                inTurn(() -> {
                    one.needVolume(what);
                    return true;
                });
            }

            @Override
            public boolean acceptsLabel(String what) throws IOException, InterruptedException {
                return inTurn(() -> one.acceptsLabel(what));
            }

            @Override
            public OperatorDesk with(Check check) {
                return desk(one.with(check));
            }
        };
    }

    private boolean inTurn(LaneGroup.Wait<Boolean> wait) throws IOException, InterruptedException {
        LaneGroup others = group;
        if (others == null) {
            return wait.call();
        }
        return others.outside(() -> {
            operator.lockInterruptibly();
            try {
                return wait.call();
            } finally {
                operator.unlock();
            }
        });
    }

    private final class LaneWatcher implements WatchedImage.Watcher {
        private final LaneGroup others;
        private long before;

        LaneWatcher(LaneGroup others) {
            this.others = others;
        }

        @Override
        public void passed(long ofThisLane) throws IOException {
            others.requireWell();
            LaneWriting.this.passed(ofThisLane - before);
            before = ofThisLane;
        }
    }

    /** Gives all drives back, whatever becomes of one. */
    private static final class OpenLanes implements AutoCloseable {
        private final List<ImageLane> lanes;

        OpenLanes(List<ImageLane> lanes) {
            this.lanes = lanes;
        }

        @Override
        public void close() throws IOException {
            @Nullable IOException failure = null;
            for (ImageLane lane : lanes) {
                try {
                    lane.close();
                } catch (IOException e) {
                    if (failure != null) {
                        e.addSuppressed(failure);
                    }
                    failure = e;
                }
            }
            if (failure != null) {
                throw failure;
            }
        }
    }
}
