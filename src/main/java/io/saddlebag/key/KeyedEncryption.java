package io.saddlebag.key;

import io.saddlebag.age.AgeFile;
import io.saddlebag.age.Recipient;
import io.saddlebag.image.Encryption;
import io.saddlebag.image.Layers;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Executor;

/** For recipients that were looked up before anything was written. */
record KeyedEncryption(List<Recipient> recipients, SecureRandom random, List<String> warnings) implements Encryption {
    @Override
    public List<String> layers() {
        return List.of(
                Layers.encryption(recipients.stream().map(Recipient::keyId).toList()));
    }

    @Override
    public InputStream apply(InputStream plain, Executor executor) {
        return AgeFile.encrypt(plain, recipients, random, executor);
    }
}
