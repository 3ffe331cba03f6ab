package io.saddlebag.key;

import io.saddlebag.age.AgeFile;
import io.saddlebag.age.Identity;
import io.saddlebag.age.Recipient;
import io.saddlebag.fault.BackupException;
import io.saddlebag.image.Layers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/**
 * The keys that an image gets in place of those that it has (X10), as they were when somebody named them.
 *
 * @param old all that may open the image as it is
 * @param warnings what whoever asked should know
 */
record NewKeys(List<Recipient> recipients, AgeFile.Keys old, SecureRandom random, List<String> warnings) {
    /** What labels call the layer. */
    String layer() {
        return Layers.encryption(recipients.stream().map(Recipient::keyId).toList());
    }

    /** Those of them whose secrets are here. */
    List<Identity> here() throws BackupException {
        Set<String> ids = recipients.stream().map(Recipient::keyId).collect(Collectors.toSet());
        List<Identity> here = new ArrayList<>();
        for (boolean password : new boolean[] {true, false}) {
            for (Identity each : old.candidates(password)) {
                boolean another = here.stream().noneMatch(other -> other.keyId().equals(each.keyId()));
                if (ids.contains(each.keyId()) && another) {
                    here.add(each);
                }
            }
        }
        return here;
    }

    /**
     * A header in place of the one that is read, which each of the new keys opened that is here.
     *
     * @param stored its header is read, and no byte more
     */
    byte[] header(InputStream stored) throws IOException {
        return AgeFile.rewrap(stored, old, recipients, random, here());
    }

    /**
     * Reads an image to its end with nothing but that key.
     *
     * @throws IOException when it isn't opened by it, or isn't authentic
     */
    void requireOpens(InputStream stored, Identity identity, Executor executor) throws IOException {
        AgeFile.Keys only = new AgeFile.Keys() {
            @Override
            public List<Identity> candidates(boolean password) {
                return List.of(identity);
            }

            @Override
            public BackupException missing(boolean password) throws BackupException {
                return old.missing(password);
            }
        };
        try (InputStream plain = AgeFile.decrypt(stored, only, executor)) {
            plain.transferTo(OutputStream.nullOutputStream());
        }
    }
}
