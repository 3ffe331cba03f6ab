package io.saddlebag.key;

import io.saddlebag.age.KeyFault;
import io.saddlebag.fault.BackupException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Keys in memory. */
public final class MemoryKeys implements KeyShelf {
    public final Map<String, String> recipients = new ConcurrentHashMap<>();
    public final Map<String, String> identities = new ConcurrentHashMap<>();
    public final Map<String, String> passwords = new ConcurrentHashMap<>();
    public final Set<String> escrow = ConcurrentHashMap.newKeySet();
    public final Set<String> readableByOthers = ConcurrentHashMap.newKeySet();

    @Override
    public List<String> names() {
        Set<String> names = new HashSet<>(recipients.keySet());
        names.addAll(identities.keySet());
        names.addAll(passwords.keySet());
        return List.copyOf(new TreeSet<>(names));
    }

    @Override
    public Optional<String> recipients(String name) {
        return Optional.ofNullable(recipients.get(name));
    }

    @Override
    public Optional<String> identities(String name) throws BackupException {
        if (readableByOthers.contains(name)) {
            throw new BackupException(KeyFault.UNUSABLE_KEY, "others may read " + name, "chmod 600 it.");
        }
        return Optional.ofNullable(identities.get(name));
    }

    @Override
    public Optional<String> password(String name) {
        return Optional.ofNullable(passwords.get(name));
    }

    @Override
    public boolean isEscrow(String name) {
        return escrow.contains(name);
    }

    @Override
    public void create(String name, String secret, String open) throws BackupException {
        if (names().contains(name)) {
            throw new BackupException(KeyFault.KEY_EXISTS, "there is a key '" + name + "' already", "Take another.");
        }
        identities.put(name, secret);
        recipients.put(name, open);
    }

    @Override
    public void publish(String name, String open) {
        recipients.putIfAbsent(name, open);
    }

    @Override
    public void forget(String name) {
        identities.remove(name);
        passwords.remove(name);
    }

    @Override
    public String place(String name) {
        return "config/keys/" + name;
    }
}
