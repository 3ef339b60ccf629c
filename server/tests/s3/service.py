"""The S3-speaking service of the tests: moto, which checks signatures and permissions as Amazon does.

Prints one line with its address, its bucket and two keys, of which one may do everything with the bucket's objects and one
may only read. Then it answers each line of its input with one line: what is in the bucket. It ends with its input.
"""

import json
import os
import sys

os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "0"

from moto.iam.models import iam_backends  # noqa: E402
from moto.s3.models import s3_backends  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

ACCOUNT = "123456789012"
BUCKET = "chat-files"


def make_key(user, actions):
    iam = iam_backends[ACCOUNT]["aws"]
    iam.create_user("us-east-1", user)
    statement = {"Effect": "Allow", "Action": actions, "Resource": f"arn:aws:s3:::{BUCKET}/*"}
    iam.put_user_policy(user, "files", json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    key = iam.create_access_key(user)
    return {"id": key.access_key_id, "secret": key.secret_access_key}


def contents():
    bucket = s3_backends[ACCOUNT]["aws"].buckets[BUCKET]
    uploads = [upload.key_name for upload in bucket.multiparts.values()]
    return {"objects": sorted(bucket.keys), "uploads": uploads}


s3_backends[ACCOUNT]["aws"].create_bucket(BUCKET, "us-east-1")
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
host, port = server.get_host_and_port()
ready = {
    "endpoint": f"http://{host}:{port}",
    "bucket": BUCKET,
    "key": make_key("files", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]),
    "reader": make_key("reader", ["s3:GetObject"]),
}
print(json.dumps(ready), flush=True)
for _ in sys.stdin:
    print(json.dumps(contents()), flush=True)
server.stop()
