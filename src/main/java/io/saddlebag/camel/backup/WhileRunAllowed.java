package io.saddlebag.camel.backup;

import io.saddlebag.backup.ImageLane;
import io.saddlebag.backup.ImageTarget;
import io.saddlebag.camel.node.RouteStoppedException;
import io.saddlebag.tapeoption.Prompt;
import io.saddlebag.volume.Attendants;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a writing whose route is stopped for good. Camel lets work in progress go on until its shutdown's time-out, and then takes
 * the route away without telling the thread: without this, it would go on writing.
 */
record WhileRunAllowed(ImageTarget target, BooleanSupplier runAllowed, String step) implements ImageTarget {
    @Override
    public String description() {
        return target.description();
    }

    @Override
    public String place() {
        return target.place();
    }

    @Override
    public Kind kind() {
        return target.kind();
    }

    @Override
    public int activeIo() {
        return target.activeIo();
    }

    @Override
    public Prompt prompt() {
        return target.prompt();
    }

    @Override
    public @Nullable String startsOverBecause() {
        return target.startsOverBecause();
    }

    @Override
    public Map<String, String> facts(String writer) {
        return target.facts(writer);
    }

    @Override
    public String settings() {
        return target.settings();
    }

    @Override
    public @Nullable String missing(StoredImage parts) throws IOException {
        return target.missing(parts);
    }

    @Override
    public void discardBehind(StoredImage parts) throws IOException {
        target.discardBehind(parts);
    }

    /** Nobody is waited for after the route is gone, either. */
    @Override
    public List<ImageLane> open(ImageToStore image, Attendants attendants) throws IOException, InterruptedException {
        Attendants asked = new Attendants(
                attendants.operator().with(this::requireRunAllowed), attendants.foundImages(), attendants.notes());
        List<ImageLane> lanes = new ArrayList<>();
        for (ImageLane lane : target.open(image, asked)) {
            lanes.add(new StoppableLane(lane));
        }
        return lanes;
    }

    private void requireRunAllowed() throws RouteStoppedException {
        if (!runAllowed.getAsBoolean()) {
            throw new RouteStoppedException("the route was stopped while " + step + " waited for people");
        }
    }

    private final class StoppableLane implements ImageLane {
        private final ImageLane lane;

        StoppableLane(ImageLane lane) {
            this.lane = lane;
        }

        @Override
        public StoredImage store(ImageToStore image, InputStream data) throws IOException, InterruptedException {
            return lane.store(image, new Stoppable(data));
        }

        @Override
        public StoredImage storePart(
                ImageToStore image, @Nullable StoredImage before, InputStream part, BooleanSupplier last)
                throws IOException, InterruptedException {
            return lane.storePart(image, before, new Stoppable(part), last);
        }

        @Override
        public void close() throws IOException {
            lane.close();
        }
    }

    private final class Stoppable extends FilterInputStream {
        private long bytes;

        Stoppable(InputStream image) {
            super(image);
        }

        @Override
        public int read() throws IOException {
            requireRunAllowed();
            int next = super.read();
            bytes += next < 0 ? 0 : 1;
            return next;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            requireRunAllowed();
            int got = super.read(into, offset, length);
            bytes += Math.max(0, got);
            return got;
        }

        private void requireRunAllowed() throws RouteStoppedException {
            if (!runAllowed.getAsBoolean()) {
                throw new RouteStoppedException(
                        "the route was stopped when " + step + " had written " + bytes + " bytes of the image");
            }
        }
    }
}
