//! Support vector machines.

use super::Words;
use crate::Text;
use floorwalker_learn::kinds::Model;
use floorwalker_learn::kinds::margin::KernelName;

pub(super) const WORDS: &[Words] = &[
    Words::of("linear_svm", ["Linear support vector machine", "线性支持向量机"]),
    Words { settings, ..Words::of("svm", ["Kernel support vector machine", "核支持向量机"]) },
];

fn settings(model: &Model) -> Text {
    let Model::Svm(machine) = model else { return Text::default() };
    match machine.kernel {
        KernelName::Rbf => Text::new("Gaussian kernel", "高斯核"),
        KernelName::Polynomial(degree) => {
            Text::new(format!("polynomial kernel of degree {degree}"), format!("{degree} 次多项式核"))
        }
    }
}
