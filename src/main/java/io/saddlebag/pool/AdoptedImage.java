package io.saddlebag.pool;

import io.saddlebag.image.ImageException;
import io.saddlebag.media.PoolFile;
import io.saddlebag.volume.ImageToStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts an image together without copying its members' contents: what is the image's own is written, and each content is a section of
 * its own, the file itself by a further name. One behind the other the sections are the image, as any sections are.
 */
final class AdoptedImage {
    private final String pool;
    private final ImageToStore image;
    private final PoolTerms terms;
    private final @Nullable Instant expires;
    private final PoolStore.Batch batch;
    private final List<PoolFile> written = new ArrayList<>();

    AdoptedImage(String pool, ImageToStore image, PoolTerms terms, @Nullable Instant expires, PoolStore.Batch batch) {
        this.pool = pool;
        this.image = image;
        this.terms = terms;
        this.expires = expires;
        this.batch = batch;
    }

    /** Nobody sees anything of it before the batch is published. */
    List<PoolFile> write(InputStream data, MemberFile.InOrder files) throws IOException, InterruptedException {
        MemberCuts cuts = new MemberCuts(data);
        int members = 0;
        while (!cuts.hasEnded()) {
            CRC32C check = new CRC32C();
            String path = path();
            long bytes = batch.write(path, new CheckedInputStream(cuts.framing(), check));
            add(path, bytes, check.getValue());
            if (cuts.isAtContent()) {
                adopt(cuts, files.file(members++));
            }
        }
        for (PoolFile each : written) {
            boolean last = each.section() == written.size();
            byte[] label = PoolLabel.of(image, terms, each, last).toJson();
            batch.write(PoolPaths.label(each.path()), new ByteArrayInputStream(label));
        }
        return List.copyOf(written);
    }

    private void adopt(MemberCuts cuts, MemberFile file) throws IOException {
        long check = cuts.passContent(file.bytes());
        String path = path();
        batch.adopt(path, file);
        add(path, file.bytes(), check);
    }

    private String path() throws ImageException {
        return PoolPaths.of(terms.folder(), image.imageId(), written.size() + 1, image.layers());
    }

    private void add(String path, long bytes, long check) {
        written.add(new PoolFile(pool, path, written.size() + 1, bytes, check, expires));
    }
}
