-- Second truths (X10): what files of an image in pools may be besides what pool_file and image_copy_file say, while headers for other keys
-- take the places of the old ones. Copy 0 is the image itself, others are those of image_copy_file.
create table pool_renewal (
    backup bigint not null references backup (id),
    layers text   not null,
    primary key (backup)
) ${clustered};
create table pool_renewal_file (
    backup  bigint  not null references pool_renewal (backup),
    copy    integer not null,
    section integer not null,
    bytes   bigint  not null,
    crc32c  bigint  not null,
    primary key (backup, copy, section)
) ${clustered};
