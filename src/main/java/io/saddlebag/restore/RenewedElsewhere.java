package io.saddlebag.restore;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.ImageCopies;
import io.saddlebag.catalog.PoolRegister;
import io.saddlebag.catalog.Renewal;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Layers;
import io.saddlebag.media.PoolFile;
import io.saddlebag.pool.Pool;
import io.saddlebag.pool.PoolLabel;
import io.saddlebag.protection.Requesters;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Images in pools that got other keys without this catalog being told: from another node that shares the pool's folder, or after the
 * catalog was copied (X10, docs/decisions/0039). Their labels say what they are by now; that is a claim, and whoever asks proves it
 * before it is taken over. Thread-safe.
 */
public final class RenewedElsewhere {
    private final PoolRegister register;
    private final ImageCopies copies;
    private final PoolOrigin.Pools pools;
    private final Requesters requesters;

    /** @param requesters what is known of those who ask */
    public RenewedElsewhere(PoolRegister register, ImageCopies copies, PoolOrigin.Pools pools, Requesters requesters) {
        this.register = register;
        this.copies = copies;
        this.pools = pools;
        this.requesters = requesters;
    }

    /**
     * The backup as the labels beside its files have it, when all of them say that other keys open it. Reads labels alone.
     *
     * @return empty when the catalog knows what they say, or they don't agree, or can't be had: whoever reads the files says what is wrong
     */
    public Optional<Backup> asLabelled(Backup known) throws IOException {
        List<String> layers = known.about().layers();
        if (known.state() != Backup.State.COMPLETE || known.files().isEmpty() || !Layers.isEncrypted(layers)) {
            return Optional.empty();
        }
        try {
            Pool pool = pools.pool(known.files().get(0).pool());
            // elsewhere no header is ever replaced; while this node does it, readers know both
            boolean possible = pool.files().renewals().isPresent()
                    && register.renewal(known.id()).isEmpty();
            return possible ? labelled(known, pool) : Optional.empty();
        } catch (BackupException e) {
            return Optional.empty();
        }
    }

    private static Optional<Backup> labelled(Backup known, Pool pool) throws IOException {
        List<PoolFile> files = new ArrayList<>();
        List<String> layers = List.of();
        for (PoolFile file : known.files()) {
            Optional<PoolLabel> label = pool.label(file.path());
            if (label.isEmpty()
                    || !isOf(known, file, label.get())
                    || !(files.isEmpty() || label.get().layers().equals(layers))) {
                return Optional.empty();
            }
            layers = label.get().layers();
            files.add(new PoolFile(
                    file.pool(),
                    file.path(),
                    file.section(),
                    label.get().bytes(),
                    label.get().crc32c(),
                    file.expires()));
        }
        boolean keysAlone = !Layers.keyIds(layers).isEmpty()
                && Layers.encryptedAs(layers, Layers.AGE)
                        .equals(Layers.encryptedAs(known.about().layers(), Layers.AGE));
        return keysAlone && !files.equals(known.files())
                ? Optional.of(known.withImage(layers, files))
                : Optional.empty();
    }

    private static boolean isOf(Backup known, PoolFile file, PoolLabel label) {
        return label.image().equals(known.about().imageId())
                && label.name().equals(known.about().name())
                && label.host().equals(known.about().host())
                && label.job().equals(known.about().job())
                && label.section() == file.section();
    }

    /** Yields nothing but the very files that a backup has, by lengths and checks. */
    ImageOrigin exactly() {
        return new ImageOrigin() {
            @Override
            public int drives(Backup backup) {
                return 1;
            }

            @Override
            public InputStream open(Backup backup, int lane, Asker asker) throws IOException {
                PoolOrigin.requireReadable(backup, requesters, asker);
                return pools.pool(backup.files().get(0).pool()).readExactly(backup.files());
            }
        };
    }

    /**
     * The catalog has the image as it was proven to be, from now on.
     *
     * @return why not, in words; empty when it is recorded
     */
    Optional<String> takeOver(Backup known, Backup proven) throws IOException {
        if (!copies.of(known.id()).isEmpty()) {
            // the catalog has one set of keys for all of them: those of a copy could be given up
            return Optional.of("there are copies of it, which may still want the keys that it had");
        }
        List<Renewal.File> files = new ArrayList<>();
        for (int i = 0; i < proven.files().size(); i++) {
            if (!proven.files().get(i).equals(known.files().get(i))) {
                files.add(new Renewal.File(0, proven.files().get(i)));
            }
        }
        return register.takeOver(new Renewal(known.id(), proven.about().layers(), files), known);
    }
}
