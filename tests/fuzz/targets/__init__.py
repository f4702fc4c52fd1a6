"""The targets of fuzzing, by name.

commands.py        commands of `hwr` within this process
model_files.py     models: info, predict, the web page, saving again
checkpoints.py     checkpoints: resuming the training
idx_files.py       the files of MNIST
settings_files.py  settings files of `hwr train --config`
class_names.py     the names of the subfolders of a folder of pictures
pictures.py        pictures to be read
"""

from tests.fuzz.target import Target
from tests.fuzz.targets import checkpoints, class_names, idx_files, model_files, pictures, settings_files

TARGETS: dict[str, Target] = {
    "model-files": Target(model_files.contents(), model_files.use),
    "checkpoints": Target(checkpoints.contents(), checkpoints.use),
    "idx-files": Target(idx_files.contents(), idx_files.use),
    "settings-files": Target(settings_files.contents(), settings_files.use),
    "class-names": Target(class_names.contents(), class_names.use),
    "pictures": Target(pictures.contents(), pictures.use),
}
