package io.saddlebag.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.saddlebag.camel.pool.StoreUris;
import io.saddlebag.pool.PoolSettings;
import io.saddlebag.protection.FileRights;
import io.saddlebag.quantity.ByteCount;
import org.jspecify.annotations.Nullable;

/**
 * A disk pool (M24): in a folder, or at endpoints.
 *
 * @param folder relative to the home folder; null for one at endpoints
 * @param endpoints null for one in a folder
 * @param spool folder in which files are kept while they are sent, relative to the home folder; null to stream
 * @param reserve what stays free in the folder's file system
 * @param sectionSize longer images are put into several files; null for one file whatever its length
 * @param rights to the files in the folder, where a backup says nothing else (M29)
 * @param minimumBackups so many restorable backups of each name stay, whatever expired (C13)
 */
public record PoolConfig(
        @Nullable String folder,
        @Nullable StoreUris endpoints,
        @Nullable String spool,
        ByteCount reserve,
        @Nullable ByteCount sectionSize,
        int minimumBackups,
        FileRights rights) {
    public static final ByteCount DEFAULT_RESERVE = ByteCount.mebibytes(1024);

    public PoolConfig {
        if ((folder == null) == (endpoints == null)) {
            throw new IllegalArgumentException("a pool has either a 'folder' or a 'put' with 'poll' or 'request'");
        }
        if (folder == null && rights.isSaid()) {
            throw new IllegalArgumentException(
                    "a pool at endpoints has no 'owner' and no 'protection': its files are given to"
                            + " nobody from here; leave them out, and let the store's own rules say who may do what");
        }
    }

    public PoolConfig(
            @JsonProperty("folder") @Nullable String folder,
            @JsonProperty("put") @Nullable String put,
            @JsonProperty("poll") @Nullable String poll,
            @JsonProperty("request") @Nullable String request,
            @JsonProperty("delete") @Nullable String delete,
            @JsonProperty("look") @Nullable String look,
            @JsonProperty("spool") @Nullable String spool,
            @JsonProperty("reserve") @Nullable String reserve,
            @JsonProperty("sectionSize") @Nullable String sectionSize,
            @JsonProperty("minimumBackups") @Nullable Integer minimumBackups,
            @JsonProperty("owner") @Nullable String owner,
            @JsonProperty("protection") @Nullable String protection) {
        this(
                folder,
                put == null ? null : new StoreUris(put, poll, request, delete, look),
                spool,
                reserve == null ? DEFAULT_RESERVE : ByteCount.parse(reserve),
                sectionSize == null ? null : ByteCount.parse(sectionSize),
                minimumBackups == null ? PoolSettings.DEFAULT_MINIMUM_BACKUPS : minimumBackups,
                FileRights.parse(owner, protection));
    }

    public PoolSettings settings(String name) {
        return new PoolSettings(name, sectionSize, minimumBackups, rights);
    }
}
