package io.saddlebag.restore;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.ObjectEntry;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.ImageMember;
import io.saddlebag.image.Layers;
import io.saddlebag.image.MemberType;
import io.saddlebag.image.ReadMember;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Proves that an image is the one that the catalog means, but for who can open it (X10). By the check of the files that can't be told,
 * since it covers the header, too. So all of what is inside is compared: each object with all that the catalog has of it, in the catalog's
 * order, and no object more or less. One thread.
 */
final class RenewedProof {
    private final RestoreServices services;
    private final RenewedElsewhere elsewhere;

    RenewedProof(RestoreServices services, RenewedElsewhere elsewhere) {
        this.services = services;
        this.elsewhere = elsewhere;
    }

    /** The keys that its labels name and that are here; nobody can prove anything of the others. */
    List<String> keysHere(Backup labelled) {
        List<String> layers = labelled.about().layers();
        List<String> here = new ArrayList<>();
        for (String keyId : Layers.keyIds(layers)) {
            try {
                services.decryption().require(Layers.encryptedAs(layers, Layers.encryption(List.of(keyId))));
                here.add(keyId);
            } catch (BackupException e) {
                // the others may do
            }
        }
        return here;
    }

    /**
     * Reads the image with each of these keys alone: what the catalog says opens it has to, since a wallet lets other keys go for that.
     *
     * @throws BackupException when it isn't that image, or not whole, or one of them doesn't open it
     */
    void require(Backup labelled, List<String> keyIds, ImageOrigin.Asker asker)
            throws IOException, InterruptedException {
        byte[] recorded = recorded(labelled);
        for (String keyId : keyIds) {
            Facts read = new Facts();
            new ImageReading(services.reading(
                            elsewhere.exactly(), services.decryption().only(keyId)))
                    .read(
                            labelled,
                            lane -> member -> {
                                member.content().transferTo(OutputStream.nullOutputStream());
                                read.add(member);
                            },
                            asker);
            if (!Arrays.equals(recorded, read.digest())) {
                throw new BackupException(
                        RestoreFault.DIFFERS,
                        "the objects in the image of backup " + labelled.id() + " are not those that the catalog has",
                        "Restore from another backup; see who else writes to the pool.");
            }
        }
    }

    private byte[] recorded(Backup backup) throws IOException {
        Facts facts = new Facts();
        services.catalog().objects(backup.id(), "", facts::add);
        return facts.digest();
    }

    /** All that is known of objects, one after the other. */
    private static final class Facts {
        private final MessageDigest digest;

        Facts() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        void add(ObjectEntry object) {
            update(
                    object.path(),
                    object.offset(),
                    object.type(),
                    object.size(),
                    object.mode(),
                    object.uid(),
                    object.gid(),
                    object.modified(),
                    object.linkTarget(),
                    object.sha256());
        }

        void add(ReadMember read) {
            ImageMember member = read.member();
            var attributes = member.attributes();
            var link = member.link();
            update(
                    member.exactPath(),
                    read.offset(),
                    member.type().letter(),
                    member.size(),
                    attributes.mode(),
                    attributes.owner().uid(),
                    attributes.owner().gid(),
                    attributes.times().modified(),
                    link == null ? null : link.toExactText(),
                    member.type() == MemberType.FILE ? read.sha256() : null);
        }

        private void update(@Nullable Object... facts) {
            for (Object each : facts) {
                // no path and no link has this byte
                digest.update((each + "\0").getBytes(UTF_8));
            }
        }

        byte[] digest() {
            return digest.digest();
        }
    }
}
